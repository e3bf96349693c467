const z=globalThis,Z=z.ShadowRoot&&(z.ShadyCSS===void 0||z.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,Q=Symbol(),se=new WeakMap;let ye=class{constructor(e,t,n){if(this._$cssResult$=!0,n!==Q)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=t}get styleSheet(){let e=this.o;const t=this.t;if(Z&&e===void 0){const n=t!==void 0&&t.length===1;n&&(e=se.get(t)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),n&&se.set(t,e))}return e}toString(){return this.cssText}};const Ne=s=>new ye(typeof s=="string"?s:s+"",void 0,Q),qe=(s,...e)=>{const t=s.length===1?s[0]:e.reduce((n,i,o)=>n+(a=>{if(a._$cssResult$===!0)return a.cssText;if(typeof a=="number")return a;throw Error("Value passed to 'css' function must be a 'css' function result: "+a+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(i)+s[o+1],s[0]);return new ye(t,s,Q)},Oe=(s,e)=>{if(Z)s.adoptedStyleSheets=e.map(t=>t instanceof CSSStyleSheet?t:t.styleSheet);else for(const t of e){const n=document.createElement("style"),i=z.litNonce;i!==void 0&&n.setAttribute("nonce",i),n.textContent=t.cssText,s.appendChild(n)}},ie=Z?s=>s:s=>s instanceof CSSStyleSheet?(e=>{let t="";for(const n of e.cssRules)t+=n.cssText;return Ne(t)})(s):s;const{is:Le,defineProperty:Ue,getOwnPropertyDescriptor:Me,getOwnPropertyNames:ze,getOwnPropertySymbols:De,getPrototypeOf:Ie}=Object,H=globalThis,oe=H.trustedTypes,He=oe?oe.emptyScript:"",Re=H.reactiveElementPolyfillSupport,C=(s,e)=>s,Y={toAttribute(s,e){switch(e){case Boolean:s=s?He:null;break;case Object:case Array:s=s==null?s:JSON.stringify(s)}return s},fromAttribute(s,e){let t=s;switch(e){case Boolean:t=s!==null;break;case Number:t=s===null?null:Number(s);break;case Object:case Array:try{t=JSON.parse(s)}catch{t=null}}return t}},we=(s,e)=>!Le(s,e),ae={attribute:!0,type:String,converter:Y,reflect:!1,useDefault:!1,hasChanged:we};Symbol.metadata??=Symbol("metadata"),H.litPropertyMetadata??=new WeakMap;let E=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??=[]).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,t=ae){if(t.state&&(t.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((t=Object.create(t)).wrapped=!0),this.elementProperties.set(e,t),!t.noAccessor){const n=Symbol(),i=this.getPropertyDescriptor(e,n,t);i!==void 0&&Ue(this.prototype,e,i)}}static getPropertyDescriptor(e,t,n){const{get:i,set:o}=Me(this.prototype,e)??{get(){return this[t]},set(a){this[t]=a}};return{get:i,set(a){const c=i?.call(this);o?.call(this,a),this.requestUpdate(e,c,n)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??ae}static _$Ei(){if(this.hasOwnProperty(C("elementProperties")))return;const e=Ie(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(C("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(C("properties"))){const t=this.properties,n=[...ze(t),...De(t)];for(const i of n)this.createProperty(i,t[i])}const e=this[Symbol.metadata];if(e!==null){const t=litPropertyMetadata.get(e);if(t!==void 0)for(const[n,i]of t)this.elementProperties.set(n,i)}this._$Eh=new Map;for(const[t,n]of this.elementProperties){const i=this._$Eu(t,n);i!==void 0&&this._$Eh.set(i,t)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){const t=[];if(Array.isArray(e)){const n=new Set(e.flat(1/0).reverse());for(const i of n)t.unshift(ie(i))}else e!==void 0&&t.push(ie(e));return t}static _$Eu(e,t){const n=t.attribute;return n===!1?void 0:typeof n=="string"?n:typeof e=="string"?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??=new Set).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){const e=new Map,t=this.constructor.elementProperties;for(const n of t.keys())this.hasOwnProperty(n)&&(e.set(n,this[n]),delete this[n]);e.size>0&&(this._$Ep=e)}createRenderRoot(){const e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return Oe(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,t,n){this._$AK(e,n)}_$ET(e,t){const n=this.constructor.elementProperties.get(e),i=this.constructor._$Eu(e,n);if(i!==void 0&&n.reflect===!0){const o=(n.converter?.toAttribute!==void 0?n.converter:Y).toAttribute(t,n.type);this._$Em=e,o==null?this.removeAttribute(i):this.setAttribute(i,o),this._$Em=null}}_$AK(e,t){const n=this.constructor,i=n._$Eh.get(e);if(i!==void 0&&this._$Em!==i){const o=n.getPropertyOptions(i),a=typeof o.converter=="function"?{fromAttribute:o.converter}:o.converter?.fromAttribute!==void 0?o.converter:Y;this._$Em=i;const c=a.fromAttribute(t,o.type);this[i]=c??this._$Ej?.get(i)??c,this._$Em=null}}requestUpdate(e,t,n,i=!1,o){if(e!==void 0){const a=this.constructor;if(i===!1&&(o=this[e]),n??=a.getPropertyOptions(e),!((n.hasChanged??we)(o,t)||n.useDefault&&n.reflect&&o===this._$Ej?.get(e)&&!this.hasAttribute(a._$Eu(e,n))))return;this.C(e,t,n)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(e,t,{useDefault:n,reflect:i,wrapped:o},a){n&&!(this._$Ej??=new Map).has(e)&&(this._$Ej.set(e,a??t??this[e]),o!==!0||a!==void 0)||(this._$AL.has(e)||(this.hasUpdated||n||(t=void 0),this._$AL.set(e,t)),i===!0&&this._$Em!==e&&(this._$Eq??=new Set).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(t){Promise.reject(t)}const e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(const[i,o]of this._$Ep)this[i]=o;this._$Ep=void 0}const n=this.constructor.elementProperties;if(n.size>0)for(const[i,o]of n){const{wrapped:a}=o,c=this[i];a!==!0||this._$AL.has(i)||c===void 0||this.C(i,void 0,o,c)}}let e=!1;const t=this._$AL;try{e=this.shouldUpdate(t),e?(this.willUpdate(t),this._$EO?.forEach(n=>n.hostUpdate?.()),this.update(t)):this._$EM()}catch(n){throw e=!1,this._$EM(),n}e&&this._$AE(t)}willUpdate(e){}_$AE(e){this._$EO?.forEach(t=>t.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&=this._$Eq.forEach(t=>this._$ET(t,this[t])),this._$EM()}updated(e){}firstUpdated(e){}};E.elementStyles=[],E.shadowRootOptions={mode:"open"},E[C("elementProperties")]=new Map,E[C("finalized")]=new Map,Re?.({ReactiveElement:E}),(H.reactiveElementVersions??=[]).push("2.1.2");const X=globalThis,re=s=>s,D=X.trustedTypes,le=D?D.createPolicy("lit-html",{createHTML:s=>s}):void 0,ke="$lit$",y=`lit$${Math.random().toFixed(9).slice(2)}$`,$e="?"+y,Ve=`<${$e}>`,_=document,N=()=>_.createComment(""),q=s=>s===null||typeof s!="object"&&typeof s!="function",ee=Array.isArray,Ke=s=>ee(s)||typeof s?.[Symbol.iterator]=="function",V=`[ 	
\f\r]`,T=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,ce=/-->/g,he=/>/g,w=RegExp(`>|${V}(?:([^\\s"'>=/]+)(${V}*=${V}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),de=/'/g,ue=/"/g,_e=/^(?:script|style|textarea|title)$/i,Fe=s=>(e,...t)=>({_$litType$:s,strings:e,values:t}),r=Fe(1),A=Symbol.for("lit-noChange"),h=Symbol.for("lit-nothing"),pe=new WeakMap,$=_.createTreeWalker(_,129);function xe(s,e){if(!ee(s)||!s.hasOwnProperty("raw"))throw Error("invalid template strings array");return le!==void 0?le.createHTML(e):e}const Ye=(s,e)=>{const t=s.length-1,n=[];let i,o=e===2?"<svg>":e===3?"<math>":"",a=T;for(let c=0;c<t;c++){const l=s[c];let u,p,d=-1,v=0;for(;v<l.length&&(a.lastIndex=v,p=a.exec(l),p!==null);)v=a.lastIndex,a===T?p[1]==="!--"?a=ce:p[1]!==void 0?a=he:p[2]!==void 0?(_e.test(p[2])&&(i=RegExp("</"+p[2],"g")),a=w):p[3]!==void 0&&(a=w):a===w?p[0]===">"?(a=i??T,d=-1):p[1]===void 0?d=-2:(d=a.lastIndex-p[2].length,u=p[1],a=p[3]===void 0?w:p[3]==='"'?ue:de):a===ue||a===de?a=w:a===ce||a===he?a=T:(a=w,i=void 0);const b=a===w&&s[c+1].startsWith("/>")?" ":"";o+=a===T?l+Ve:d>=0?(n.push(u),l.slice(0,d)+ke+l.slice(d)+y+b):l+y+(d===-2?c:b)}return[xe(s,o+(s[t]||"<?>")+(e===2?"</svg>":e===3?"</math>":"")),n]};class O{constructor({strings:e,_$litType$:t},n){let i;this.parts=[];let o=0,a=0;const c=e.length-1,l=this.parts,[u,p]=Ye(e,t);if(this.el=O.createElement(u,n),$.currentNode=this.el.content,t===2||t===3){const d=this.el.content.firstChild;d.replaceWith(...d.childNodes)}for(;(i=$.nextNode())!==null&&l.length<c;){if(i.nodeType===1){if(i.hasAttributes())for(const d of i.getAttributeNames())if(d.endsWith(ke)){const v=p[a++],b=i.getAttribute(d).split(y),U=/([.?@])?(.*)/.exec(v);l.push({type:1,index:o,name:U[2],strings:b,ctor:U[1]==="."?Be:U[1]==="?"?Je:U[1]==="@"?Ge:R}),i.removeAttribute(d)}else d.startsWith(y)&&(l.push({type:6,index:o}),i.removeAttribute(d));if(_e.test(i.tagName)){const d=i.textContent.split(y),v=d.length-1;if(v>0){i.textContent=D?D.emptyScript:"";for(let b=0;b<v;b++)i.append(d[b],N()),$.nextNode(),l.push({type:2,index:++o});i.append(d[v],N())}}}else if(i.nodeType===8)if(i.data===$e)l.push({type:2,index:o});else{let d=-1;for(;(d=i.data.indexOf(y,d+1))!==-1;)l.push({type:7,index:o}),d+=y.length-1}o++}}static createElement(e,t){const n=_.createElement("template");return n.innerHTML=e,n}}function S(s,e,t=s,n){if(e===A)return e;let i=n!==void 0?t._$Co?.[n]:t._$Cl;const o=q(e)?void 0:e._$litDirective$;return i?.constructor!==o&&(i?._$AO?.(!1),o===void 0?i=void 0:(i=new o(s),i._$AT(s,t,n)),n!==void 0?(t._$Co??=[])[n]=i:t._$Cl=i),i!==void 0&&(e=S(s,i._$AS(s,e.values),i,n)),e}class We{constructor(e,t){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=t}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){const{el:{content:t},parts:n}=this._$AD,i=(e?.creationScope??_).importNode(t,!0);$.currentNode=i;let o=$.nextNode(),a=0,c=0,l=n[0];for(;l!==void 0;){if(a===l.index){let u;l.type===2?u=new L(o,o.nextSibling,this,e):l.type===1?u=new l.ctor(o,l.name,l.strings,this,e):l.type===6&&(u=new Ze(o,this,e)),this._$AV.push(u),l=n[++c]}a!==l?.index&&(o=$.nextNode(),a++)}return $.currentNode=_,i}p(e){let t=0;for(const n of this._$AV)n!==void 0&&(n.strings!==void 0?(n._$AI(e,n,t),t+=n.strings.length-2):n._$AI(e[t])),t++}}class L{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,t,n,i){this.type=2,this._$AH=h,this._$AN=void 0,this._$AA=e,this._$AB=t,this._$AM=n,this.options=i,this._$Cv=i?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode;const t=this._$AM;return t!==void 0&&e?.nodeType===11&&(e=t.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,t=this){e=S(this,e,t),q(e)?e===h||e==null||e===""?(this._$AH!==h&&this._$AR(),this._$AH=h):e!==this._$AH&&e!==A&&this._(e):e._$litType$!==void 0?this.$(e):e.nodeType!==void 0?this.T(e):Ke(e)?this.k(e):this._(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==h&&q(this._$AH)?this._$AA.nextSibling.data=e:this.T(_.createTextNode(e)),this._$AH=e}$(e){const{values:t,_$litType$:n}=e,i=typeof n=="number"?this._$AC(e):(n.el===void 0&&(n.el=O.createElement(xe(n.h,n.h[0]),this.options)),n);if(this._$AH?._$AD===i)this._$AH.p(t);else{const o=new We(i,this),a=o.u(this.options);o.p(t),this.T(a),this._$AH=o}}_$AC(e){let t=pe.get(e.strings);return t===void 0&&pe.set(e.strings,t=new O(e)),t}k(e){ee(this._$AH)||(this._$AH=[],this._$AR());const t=this._$AH;let n,i=0;for(const o of e)i===t.length?t.push(n=new L(this.O(N()),this.O(N()),this,this.options)):n=t[i],n._$AI(o),i++;i<t.length&&(this._$AR(n&&n._$AB.nextSibling,i),t.length=i)}_$AR(e=this._$AA.nextSibling,t){for(this._$AP?.(!1,!0,t);e!==this._$AB;){const n=re(e).nextSibling;re(e).remove(),e=n}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}}class R{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,t,n,i,o){this.type=1,this._$AH=h,this._$AN=void 0,this.element=e,this.name=t,this._$AM=i,this.options=o,n.length>2||n[0]!==""||n[1]!==""?(this._$AH=Array(n.length-1).fill(new String),this.strings=n):this._$AH=h}_$AI(e,t=this,n,i){const o=this.strings;let a=!1;if(o===void 0)e=S(this,e,t,0),a=!q(e)||e!==this._$AH&&e!==A,a&&(this._$AH=e);else{const c=e;let l,u;for(e=o[0],l=0;l<o.length-1;l++)u=S(this,c[n+l],t,l),u===A&&(u=this._$AH[l]),a||=!q(u)||u!==this._$AH[l],u===h?e=h:e!==h&&(e+=(u??"")+o[l+1]),this._$AH[l]=u}a&&!i&&this.j(e)}j(e){e===h?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??"")}}class Be extends R{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===h?void 0:e}}class Je extends R{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==h)}}class Ge extends R{constructor(e,t,n,i,o){super(e,t,n,i,o),this.type=5}_$AI(e,t=this){if((e=S(this,e,t,0)??h)===A)return;const n=this._$AH,i=e===h&&n!==h||e.capture!==n.capture||e.once!==n.once||e.passive!==n.passive,o=e!==h&&(n===h||i);i&&this.element.removeEventListener(this.name,this,n),o&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}}class Ze{constructor(e,t,n){this.element=e,this.type=6,this._$AN=void 0,this._$AM=t,this.options=n}get _$AU(){return this._$AM._$AU}_$AI(e){S(this,e)}}const Qe=X.litHtmlPolyfillSupport;Qe?.(O,L),(X.litHtmlVersions??=[]).push("3.3.3");const Xe=(s,e,t)=>{const n=t?.renderBefore??e;let i=n._$litPart$;if(i===void 0){const o=t?.renderBefore??null;n._$litPart$=i=new L(e.insertBefore(N(),o),o,void 0,t??{})}return i._$AI(s),i};const te=globalThis;class j extends E{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){const e=super.createRenderRoot();return this.renderOptions.renderBefore??=e.firstChild,e}update(e){const t=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=Xe(t,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return A}}j._$litElement$=!0,j.finalized=!0,te.litElementHydrateSupport?.({LitElement:j});const et=te.litElementPolyfillSupport;et?.({LitElement:j});(te.litElementVersions??=[]).push("4.2.2");const tt={fi:{service:"Hello Espoo -neuvoja",languageName:"Suomi",languages:{fi:"suomi",sv:"ruotsi",en:"englanti"},starts:["Miten saan verokortin?","Milloin päiväkotipaikkaa pitää hakea?","Missä voin opiskella suomea tai ruotsia?"],launcher:"Kysy neuvojalta",close:"Sulje",language:"Kieli",tagline:"Vastaukset virallisista lähteistä",welcome:"Mitä haluat tietää?",lead:"Kysy Espoossa asumisesta: luvista, työstä, verokortista, päiväkodista, koulusta, asumisesta tai terveydestä. Näet aina, mistä tieto on peräisin.",ai:"Olen tekoälypalvelu, en ihminen. Voin erehtyä. En näe omia asioitasi enkä tee päätöksiä.",privacy:"Älä kirjoita henkilötietoja, kuten nimeä, osoitetta tai henkilötunnusta.",kept:"Kysymykset säilytetään {days} päivää palvelun parantamista varten. Peitämme ensin henkilötiedot, jotka tunnistamme.",kept_for_a_time:"Kysymykset säilytetään jonkin aikaa palvelun parantamista varten. Peitämme ensin henkilötiedot, jotka tunnistamme.",start:"Voit aloittaa tästä",more:"Lisää kysymyksiä",conversation:"Keskustelu",you_asked:"Kysyit:",answer:"Vastaus",question:"Kysymyksesi",send:"Kysy",left:"{count} merkkiä jäljellä",over:"Kysymys on {count} merkkiä liian pitkä. Lyhennä kysymystä.",empty:"Kirjoita ensin kysymyksesi.",waiting:"Etsin vastausta",slow:"Tämä kestää tavallista kauemmin. Etsin vielä.",retrying:"Yhteys katkesi. Yritän uudelleen.",stop:"Keskeytä",stopped:"Keskeytit haun.",again:"Yritä uudelleen",offline:"Sinulla ei ole nyt internetyhteyttä. Kysymyksesi on tallessa. Yritä uudelleen, kun yhteys toimii.",offline_now:"Ei internetyhteyttä. Voit kirjoittaa kysymyksen valmiiksi.",online_again:"Internetyhteys toimii taas.",unreachable:"Palveluun ei saada yhteyttä. Kysymyksesi on tallessa. Yritä hetken kuluttua uudelleen tai ota yhteyttä: {name}.",cut:"Yhteys katkesi, ennen kuin vastaus oli valmis. Otin sen alun pois, koska siitä voi puuttua jotain tärkeää. Kysymyksesi on tallessa. Yritä uudelleen tai ota yhteyttä: {name}.",late:"Vastaus ei tullut ajoissa. Kysymyksesi on tallessa. Yritä uudelleen tai ota yhteyttä: {name}.",ready:"Vastaus on valmis.",ready_with_one:"Vastaus on valmis, 1 lähde.",ready_with:"Vastaus on valmis, {count} lähdettä.",urgent:"Apua heti",not_known:"En löytänyt varmaa vastausta",sources:"Lähteet",may_help:"Näistä sivuista voi olla apua",source:"lähde {number}: {title}",passage:"Kohta, josta tieto on peräisin",dated:"sivu päivätty {date}",undated:"sivulla ei ole päiväystä",checked:"tarkistettu {date}",in_language:"sivun kieli: {name}",new_tab:"avautuu uuteen välilehteen",notices:"Huomaa",choices:"Mitä tarkoitat?",suggestions:"Voit kysyä myös",person:"Puhu ihmisen kanssa",responsible:"Tätä asiaa hoitaa",open_now:"Avoinna nyt",closed_now:"Suljettu nyt",opens:"Avataan {when}",phone:"Puhelin",email:"Sähköposti",address:"Osoite",website:"Verkkosivu",accuracy:"Vastaus on koottu lähteistä automaattisesti. Tarkista tärkeät asiat viralliselta sivulta.",helpful:"Oliko vastauksesta apua?",yes:"Kyllä",no:"Ei",why:"Mikä oli vialla?",wrong:"Tieto on väärin",outdated:"Tieto on vanhentunut",incomplete:"Vastaus ei vastannut kysymykseeni",unclear:"Vastausta oli vaikea ymmärtää",thanks:"Kiitos. Palautteesi auttaa parantamaan palvelua.",not_sent:"Palaute ei mennyt perille. Yritä hetken kuluttua uudelleen.",copy:"Kopioi keskustelu",copied:"Keskustelu on kopioitu.",not_copied:"Selain ei sallinut kopiointia.",print:"Tulosta",forget:"Poista keskustelu",forget_sure:"Poistetaanko kysymykset ja vastaukset tältä laitteelta ja palvelusta? Niitä ei saa takaisin.",forget_yes:"Poista",forget_no:"Älä poista",forgotten:"Keskustelu on poistettu.",not_forgotten:"Keskustelua ei voitu poistaa palvelusta. Yritä hetken kuluttua uudelleen.",emergency:"Hätänumero",desk:{name:"Hello Espoo -info",url:"https://www.helloespoo.fi",phone:"",email:"",address:"Ison Omenan palvelutori, Suomenlahdentie 1, Espoo"},emergencyNumber:"112"},sv:{service:"Hello Espoo-rådgivaren",languageName:"Svenska",languages:{fi:"finska",sv:"svenska",en:"engelska"},starts:["Hur får jag ett skattekort?","När ska jag ansöka om dagvårdsplats?","Var kan jag studera finska eller svenska?"],launcher:"Fråga rådgivaren",close:"Stäng",language:"Språk",tagline:"Svar ur officiella källor",welcome:"Vad vill du veta?",lead:"Fråga om att bo i Esbo: tillstånd, arbete, skattekort, daghem, skola, boende eller hälsa. Du ser alltid var uppgiften kommer ifrån.",ai:"Jag är en AI-tjänst, inte en människa. Jag kan ha fel. Jag ser inte dina egna ärenden och fattar inga beslut.",privacy:"Skriv inga personuppgifter, till exempel namn, adress eller personbeteckning.",kept:"Frågorna sparas i {days} dagar för att tjänsten ska bli bättre. Först döljer vi de personuppgifter som vi känner igen.",kept_for_a_time:"Frågorna sparas en tid för att tjänsten ska bli bättre. Först döljer vi de personuppgifter som vi känner igen.",start:"Du kan börja här",more:"Fler frågor",conversation:"Samtal",you_asked:"Du frågade:",answer:"Svar",question:"Din fråga",send:"Fråga",left:"{count} tecken kvar",over:"Frågan är {count} tecken för lång. Förkorta frågan.",empty:"Skriv först din fråga.",waiting:"Jag söker ett svar",slow:"Det här tar längre tid än vanligt. Jag söker fortfarande.",retrying:"Förbindelsen bröts. Jag försöker på nytt.",stop:"Avbryt",stopped:"Du avbröt sökningen.",again:"Försök på nytt",offline:"Du har ingen internetförbindelse nu. Din fråga finns kvar. Försök på nytt när förbindelsen fungerar.",offline_now:"Ingen internetförbindelse. Du kan skriva frågan färdigt.",online_again:"Internetförbindelsen fungerar igen.",unreachable:"Tjänsten går inte att nå. Din fråga finns kvar. Försök på nytt om en stund eller kontakta {name}.",cut:"Förbindelsen bröts innan svaret var färdigt. Jag tog bort början, eftersom något viktigt kan saknas. Din fråga finns kvar. Försök på nytt eller kontakta {name}.",late:"Svaret kom inte i tid. Din fråga finns kvar. Försök på nytt eller kontakta {name}.",ready:"Svaret är klart.",ready_with_one:"Svaret är klart, 1 källa.",ready_with:"Svaret är klart, {count} källor.",urgent:"Hjälp genast",not_known:"Jag hittade inget säkert svar",sources:"Källor",may_help:"De här sidorna kan vara till hjälp",source:"källa {number}: {title}",passage:"Stället som uppgiften kommer från",dated:"sidan är daterad {date}",undated:"sidan har inget datum",checked:"kontrollerad {date}",in_language:"sidan är på {name}",new_tab:"öppnas i en ny flik",notices:"Observera",choices:"Vad menar du?",suggestions:"Du kan också fråga",person:"Tala med en människa",responsible:"Det här sköts av",open_now:"Öppet nu",closed_now:"Stängt nu",opens:"Öppnar {when}",phone:"Telefon",email:"E-post",address:"Adress",website:"Webbplats",accuracy:"Svaret är automatiskt sammanställt ur källorna. Kontrollera viktiga saker på den officiella sidan.",helpful:"Var svaret till hjälp?",yes:"Ja",no:"Nej",why:"Vad var fel?",wrong:"Uppgiften är fel",outdated:"Uppgiften är gammal",incomplete:"Svaret gällde inte min fråga",unclear:"Svaret var svårt att förstå",thanks:"Tack. Din respons hjälper oss att göra tjänsten bättre.",not_sent:"Responsen kom inte fram. Försök på nytt om en stund.",copy:"Kopiera samtalet",copied:"Samtalet har kopierats.",not_copied:"Webbläsaren tillät inte kopiering.",print:"Skriv ut",forget:"Radera samtalet",forget_sure:"Vill du radera frågorna och svaren från den här enheten och från tjänsten? Du kan inte få dem tillbaka.",forget_yes:"Radera",forget_no:"Radera inte",forgotten:"Samtalet har raderats.",not_forgotten:"Samtalet kunde inte raderas från tjänsten. Försök på nytt om en stund.",emergency:"Nödnummer",desk:{name:"Hello Espoo-info",url:"https://www.helloespoo.fi",phone:"",email:"",address:"Servicetorget i Iso Omena, Suomenlahdentie 1, Esbo"},emergencyNumber:"112"},en:{service:"Hello Espoo Advisor",languageName:"English",languages:{fi:"Finnish",sv:"Swedish",en:"English"},starts:["How do I get a tax card?","When should I apply for daycare?","Where can I learn Finnish or Swedish?"],launcher:"Ask the advisor",close:"Close",language:"Language",tagline:"Answers from official sources",welcome:"What would you like to know?",lead:"Ask about living in Espoo: permits, work, tax card, daycare, school, housing or health. You always see where the information comes from.",ai:"I am an AI service, not a human. I can be wrong. I cannot see your own matters, and I make no decisions.",privacy:"Do not write personal data, such as a name, an address or a personal identity code.",kept:"Questions are kept for {days} days to make the service better. We first mask the personal data that we recognise.",kept_for_a_time:"Questions are kept for some time to make the service better. We first mask the personal data that we recognise.",start:"You can start here",more:"More questions",conversation:"Conversation",you_asked:"You asked:",answer:"Answer",question:"Your question",send:"Ask",left:"{count} characters left",over:"The question is {count} characters too long. Make it shorter.",empty:"Write your question first.",waiting:"Looking for an answer",slow:"This is taking longer than usual. I am still looking.",retrying:"The connection was lost. I am trying again.",stop:"Stop",stopped:"You stopped the search.",again:"Try again",offline:"You have no internet connection now. Your question is kept. Try again when the connection works.",offline_now:"No internet connection. You can write your question meanwhile.",online_again:"The internet connection works again.",unreachable:"The service cannot be reached. Your question is kept. Try again in a moment, or contact {name}.",cut:"The connection was lost before the answer was complete. I took its beginning away, because something important may be missing. Your question is kept. Try again, or contact {name}.",late:"The answer did not come in time. Your question is kept. Try again, or contact {name}.",ready:"The answer is ready.",ready_with_one:"The answer is ready, 1 source.",ready_with:"The answer is ready, {count} sources.",urgent:"Help right now",not_known:"I did not find a sure answer",sources:"Sources",may_help:"These pages may help",source:"source {number}: {title}",passage:"The passage it comes from",dated:"page dated {date}",undated:"the page has no date",checked:"checked {date}",in_language:"page in {name}",new_tab:"opens in a new tab",notices:"Please note",choices:"What do you mean?",suggestions:"You can also ask",person:"Talk to a person",responsible:"Who takes care of this",open_now:"Open now",closed_now:"Closed now",opens:"Opens {when}",phone:"Phone",email:"Email",address:"Address",website:"Website",accuracy:"This answer was put together from the sources automatically. Check important matters on the official page.",helpful:"Did this answer help?",yes:"Yes",no:"No",why:"What was wrong?",wrong:"The information is wrong",outdated:"The information is out of date",incomplete:"It did not answer my question",unclear:"It was hard to understand",thanks:"Thank you. This helps us make the service better.",not_sent:"Your reply did not get through. Try again in a moment.",copy:"Copy the conversation",copied:"The conversation was copied.",not_copied:"The browser did not allow copying.",print:"Print",forget:"Delete the conversation",forget_sure:"Delete the questions and answers from this device and from the service? You cannot get them back.",forget_yes:"Delete",forget_no:"Do not delete",forgotten:"The conversation was deleted.",not_forgotten:"The conversation could not be deleted from the service. Try again in a moment.",emergency:"Emergency number",desk:{name:"Hello Espoo Info",url:"https://www.espoo.fi/en/hello-espoo-welcome-espoo",phone:"",email:"",address:"Iso Omena Service Centre, Suomenlahdentie 1, Espoo"},emergencyNumber:"112"}},Ee=["fi","sv","en"];function m(s){return tt[s]}function P(s){return Ee.includes(s)}function f(s,e){return s.replace(/\{(\w+)\}/g,(t,n)=>String(e[n]??t))}function W(s,e){const t=new Date(`${s}T12:00:00Z`);return e!=="en"?`${t.getUTCDate()}.${t.getUTCMonth()+1}.${t.getUTCFullYear()}`:t.toLocaleDateString("en-GB",{day:"numeric",month:"long",year:"numeric",timeZone:"UTC"})}function nt(s,e){const t={fi:"fi-FI",sv:"sv-FI",en:"en-GB"}[e],n=e==="en"?"long":"numeric",i=new Intl.DateTimeFormat(t,{weekday:"long",day:"numeric",month:n,hour:"numeric",minute:"2-digit",hourCycle:"h23",timeZone:"Europe/Helsinki"}).formatToParts(new Date(s)),o=l=>i.find(u=>u.type===l)?.value??"",a=String(Number(o("hour")));if(e==="en")return`${o("weekday")} ${o("day")} ${o("month")}, ${a}:${o("minute")}`;const c=e==="fi"?". klo":" kl.";return`${o("weekday")} ${o("day")}.${o("month")}${c} ${a}.${o("minute")}`}const st=500,it=8e3;class ot{constructor(e){this.host=e,this.polite="",this.urgent="",this.language="en",this.timers=[],e.addController(this)}hostDisconnected(){this.timers.forEach(clearTimeout)}render(){return r`<p class="hidden" role="status" lang=${this.language}>${this.polite}</p>
      <p class="hidden" role="alert" lang=${this.language}>${this.urgent}</p>`}say(e,t){this.set(e,"",t)}alert(e,t){this.set("","",t),this.host.updateComplete.then(()=>this.set("",e,t))}waiting(e){const t=m(e);this.set("","",e),this.timers=[window.setTimeout(()=>this.set(t.waiting,"",e,!1),st),window.setTimeout(()=>this.set(t.slow,"",e,!1),it)]}set(e,t,n,i=!0){i&&this.timers.forEach(clearTimeout),Object.assign(this,{polite:e,urgent:t,language:n}),this.host.requestUpdate()}}function Ae(s,e){const t=m(e);return r`
    <p class="name">${s.name}</p>
    ${at(s,e)}
    <dl>
      ${M(t.phone,s.phone&&Se(s.phone))}
      ${M(t.email,s.email&&r`<a href="mailto:${encodeURI(s.email)}">${s.email}</a>`)}
      ${M(t.address,s.address)}
      ${M(t.website,s.url&&Te(s.url,rt(s.url),e))}
    </dl>`}function Se(s){return r`<a class="phone" href="tel:${s.replace(/[^\d+]/g,"")}">${s}</a>`}function Te(s,e,t,n=t){return/^https?:\/\//i.test(s)?r`<a class="out" href=${s} target="_blank" rel="noopener noreferrer"
    ><span lang=${n}>${e}</span><span class="hidden" lang=${t}> (${m(t).new_tab})</span></a>`:r`<span lang=${n}>${e}</span>`}function at(s,e){const t=m(e);if(s.open_now===null)return h;if(s.open_now)return r`<p class="opening open">${t.open_now}</p>`;const n=s.opens_at?` · ${f(t.opens,{when:nt(s.opens_at,e)})}`:"";return r`<p class="opening">${t.closed_now}${n}</p>`}function M(s,e){return e?r`<div><dt>${s}</dt><dd>${e}</dd></div>`:h}function rt(s){return s.replace(/^https?:\/\/(www\.)?/i,"").replace(/\/$/,"")}const lt=new Set(["answered","referred","unanswered"]),ct=["wrong","outdated","incomplete","unclear"];function ht(s,e,t){const{language:n,status:i}=e,o=m(n),a=e.sentences.filter(l=>l.text!==e.urgent?.text),c=i==="unanswered";return r`
    ${e.urgent?gt(e.urgent,n):h}
    ${c?r`<p class="verdict">${o.not_known}</p>`:h}
    ${a.length?Ce(a,e.citations,s.id,n):h}
    ${fe(o.choices,e.choices,t)}
    ${vt(e)}
    ${mt(e.citations,s.id,n,c)}
    ${e.hand_off?r`<section class="contact"><h4>${i==="answered"||i==="referred"?o.responsible:o.person}</h4>${Ae(e.hand_off,n)}</section>`:h}
    ${i==="answered"?r`<p class="accuracy">${o.accuracy}</p>`:h}
    ${lt.has(i)?bt(s,n,t):h}
    ${fe(o.suggestions,e.suggestions,t)}`}function Ce(s,e,t,n){const i=ge(s,o=>String(o.citations));return r`<div class="text" dir="auto">${i.map(o=>{const a=ge(o,l=>l.kind),c=e.filter(l=>o[0]?.citations.includes(l.number)).map(l=>ut(l,t,n));return a.map((l,u)=>dt(l,u===a.length-1?c:[]))})}</div>`}function dt(s,e){const t=s.length>1?s[0]?.kind:"text";if(t==="text")return r`<p>${s.map(i=>J(i.text)).join(" ")}${e}</p>`;const n=s.map((i,o)=>r`<li>${J(i.text)}${o===s.length-1?e:h}</li>`);return t==="step"?r`<ol>${n}</ol>`:r`<ul>${n}</ul>`}function ut(s,e,t){const n=f(m(t).source,{number:s.number,title:s.source.title});return r`\u00a0<button type="button" class="marker" aria-label=${n} @click=${pt(e,s.number)}>${s.number}</button>`}function pt(s,e){return t=>{const i=t.currentTarget.getRootNode().getElementById(je(s,e));i&&(i.open=!0,i.querySelector("summary")?.focus({preventScroll:!0}),i.closest("li")?.scrollIntoView({block:"nearest"}))}}function je(s,e){return`source-${s}-${e}`}function mt(s,e,t,n){const i=m(t);return s.length?r`<section class="sources">
    <h4>${n?i.may_help:i.sources}</h4>
    <ol>${s.map(o=>ft(o,e,t,n))}</ol>
  </section>`:h}function ft({number:s,quote:e,source:t},n,i,o){const a=m(i),c=[t.publisher,t.as_of?f(a.dated,{date:W(t.as_of,i)}):a.undated,t.checked_on?f(a.checked,{date:W(t.checked_on,i)}):"",t.language===i?"":f(a.in_language,{name:m(i).languages[t.language]})];return r`<li>
    <span class="number" aria-hidden="true">${s}</span>
    <div>
      ${Te(t.url,t.title,i,t.language)}
      <p class="about">${c.filter(Boolean).join(" · ")}</p>
      ${o?r`<p class="about" lang=${me(t.document_id,t.language)}>${e}</p>`:r`<details id=${je(n,s)}>
        <summary>${a.passage}<span class="hidden">: ${t.title}</span></summary>
        <blockquote lang=${me(t.document_id,t.language)} dir="auto">${e}</blockquote>
      </details>`}
    </div>
  </li>`}function me(s,e){const t=/^knowledge\/.*\/(\w\w)\.md$/.exec(s)?.[1];return P(t)?t:e}function gt(s,e){return r`<section class="urgent">
    <h4>${m(e).urgent}</h4>
    <p>${J(s.text)}</p>
    <ul>${s.helplines.map(t=>r`<li><span>${t.name}</span> ${Se(t.phone)}</li>`)}</ul>
  </section>`}function vt(s){return s.notices.length?r`<section class="notices">
    <h4>${m(s.language).notices}</h4>
    <ul>${s.notices.map(e=>r`<li>${e.text}</li>`)}</ul>
  </section>`:h}function fe(s,e,t){return e.length?r`<section class="questions"><h4>${s}</h4>${B(e,t.ask)}</section>`:h}function B(s,e){return r`<ul>${s.map(t=>r`<li><button type="button" class="ask" @click=${()=>e(t)}>${t}</button></li>`)}</ul>`}function bt(s,e,t){const n=m(e),i=s.feedback,o=`helpful-${s.id}`,a=(c,l)=>r`<button type="button"
    aria-pressed=${String(c?i==="yes":i==="no"||i==="reason")}
    @click=${()=>t.feedback(s,c,"")}>${l}</button>`;return r`<div class="feedback" role="group" aria-labelledby=${o}>
    <span id=${o}>${n.helpful}</span>
    ${a(!0,n.yes)} ${a(!1,n.no)}
    ${i==="no"?r`<div class="reasons" role="group" aria-label=${n.why}>
      <span aria-hidden="true">${n.why}</span>
      ${ct.map(c=>r`<button type="button" @click=${()=>t.feedback(s,!1,c)}>${n[c]}</button>`)}
    </div>`:h}
    ${i==="yes"||i==="reason"?r`<p>${n.thanks}</p>`:h}
    ${i==="failed"?r`<p role="alert">${n.not_sent}</p>`:h}
  </div>`}function J(s){return s.replace(/(\d) (?=\d)/g,"$1 ")}function ge(s,e){const t=[];for(const n of s){const i=t.at(-1);i?.[0]!==void 0&&e(i[0])===e(n)?i.push(n):t.push([n])}return t}async function*yt(s,e){const t=s.getReader(),n=new TextDecoder;let i="";try{for(;;){const{done:o,value:a}=await t.read();if(o)return;e();const c=(i+n.decode(a,{stream:!0})).replace(/\r\n/g,`
`).split(`

`);i=c.pop()??"";for(const l of c){const u=wt(l);u&&(yield u)}}}finally{t.cancel().catch(()=>{})}}function wt(s){let e="";const t=[];for(const n of s.split(`
`))n.startsWith("event:")&&(e=n.slice(6).trim()),n.startsWith("data:")&&t.push(n.slice(5).replace(/^ /,""));return e&&t.length?{name:e,data:JSON.parse(t.join(`
`))}:null}const kt=25e3,$t=1e4;class g extends Error{constructor(e){super(e.code),this.problem=e}}class k extends Error{}class _t{constructor(e){this.base=e}async*ask(e,t){const n=new K(t,kt);try{const i=await this.send("questions",{method:"POST",body:e,accept:"text/event-stream",signal:n.signal});if(!i.body)throw new k;for await(const o of yt(i.body,()=>n.heard()))if(yield o,o.name==="answer")return;throw new k}catch(i){throw i instanceof g?i:new k}finally{n.close()}}async answer(e,t,n){const i=new K(n,7e4);try{return await(await this.send(`answers/${e}?language=${t}`,{signal:i.signal})).json()}catch(o){if(o instanceof g&&o.problem.status===404)return null;throw o instanceof g?o:new k}finally{i.close()}}async feedback(e,t,n,i){await this.brief(`answers/${e}/feedback?language=${t}`,"POST",{helpful:n,reason:i})}async forget(e,t){try{await this.brief(`conversations/${e}?language=${t}`,"DELETE")}catch(n){if(!(n instanceof g&&n.problem.status===404))throw n}}async topics(e){return await(await this.brief(`topics?language=${e}`)).json()}async desk(e){return await(await this.brief(`desk?language=${e}`)).json()}async terms(){return await(await this.brief("terms")).json()}async brief(e,t="GET",n){const i=new K(null,$t);try{return await this.send(e,{method:t,signal:i.signal,...n&&{body:n}})}finally{i.close()}}async send(e,{method:t="GET",body:n,accept:i="application/json",signal:o}){const a=await fetch(`${this.base}/api/v1/${e}`,{method:t,signal:o,credentials:"omit",cache:"no-store",headers:{Accept:i,...n&&{"Content-Type":"application/json"}},...n&&{body:JSON.stringify(n)}});if(a.ok)return a;const c=await a.json().catch(()=>null);throw typeof c?.detail!="string"?new k:new g({...c,status:a.status})}}class K{constructor(e,t){this.owner=e,this.silence=t,this.ending=new AbortController,this.timer=0,this.end=()=>this.ending.abort(),e?.aborted&&this.end(),e?.addEventListener("abort",this.end),this.heard()}get signal(){return this.ending.signal}heard(){clearTimeout(this.timer),this.timer=window.setTimeout(this.end,this.silence)}close(){clearTimeout(this.timer),this.owner?.removeEventListener("abort",this.end)}}const xt=[600,1500,3e3],Et=75e3,At=new Set([400,413,415,422]);class St{constructor(e,t,n){this.service=e,this.changed=n,this.running=null,this.exchanges=Array.isArray(t.exchanges)?t.exchanges.filter(Tt):[],this.id=typeof t.conversation=="string"?t.conversation:null}get pending(){const e=this.exchanges.at(-1);return e&&!e.answer&&!e.trouble?e:null}get kept(){return{exchanges:this.exchanges,conversation:this.id}}async ask(e,t){const n={id:Ct(),question:e,language:t,sentences:[],citations:[],answer:null,trouble:null,detail:"",retrying:!1,feedback:""};return this.exchanges=[...this.exchanges,n],await this.run(n,!1),n}async again(e){Object.assign(e,{trouble:null,detail:"",sentences:[],citations:[]}),this.exchanges=[...this.exchanges.filter(t=>t!==e),e],await this.run(e,!0)}async resume(){this.pending&&await this.run(this.pending,!0)}stop(){this.running?.abort()}clear(){this.stop(),this.exchanges=[],this.id=null,this.changed()}async run(e,t){const n=this.running=new AbortController;let i=!1;const o=setTimeout(()=>(i=!0,n.abort()),Et);this.changed();try{this.finish(e,await this.answer(e,t,n.signal))}catch(a){if(!this.fail(e,a,i?"late":n.signal.aborted?"stopped":null))throw a}finally{clearTimeout(o),e.retrying=!1,this.changed()}}async answer(e,t,n){for(let i=0;;i++)try{return(i||t?await this.service.answer(e.id,e.language,n):null)??await this.streamed(e,n)}catch(o){const a=xt[i];if(!(o instanceof k)||n.aborted||a===void 0||!navigator.onLine)throw o;e.retrying=!0,this.changed(),await jt(a,n)}}async streamed(e,t){try{return await this.follow(e,t)}catch(n){if(!(n instanceof g&&n.problem.code==="unknown_conversation"&&this.id))throw n;return this.id=null,this.follow(e,t)}}async follow(e,t){const{id:n,question:i,language:o}=e,a={id:n,question:i,language:o,conversation_id:this.id,history:this.history()};for await(const c of this.service.ask(a,t)){if(c.name==="answer")return c.data;this.take(e,c)}throw new k}take(e,t){if(t.name==="started"&&(this.id=t.data.conversation_id),(t.name==="started"||t.name==="reset")&&(e.sentences=[],e.citations=[]),t.name==="sentence"){const{sentence:n,citations:i}=t.data;e.sentences=[...e.sentences,n];const o=new Set(e.citations.map(a=>a.number));e.citations=[...e.citations,...i.filter(a=>!o.has(a.number))],e.retrying=!1}this.changed()}finish(e,t){this.id=t.conversation_id,e.answer=t,e.question=t.question||e.question,e.sentences=[],e.citations=[]}fail(e,t,n){const i=e.sentences.length>0;if(e.sentences=[],e.citations=[],t instanceof g&&At.has(t.problem.status))return this.exchanges=this.exchanges.filter(a=>a!==e),!1;t instanceof g&&(e.detail=t.problem.detail);const o=t instanceof g?"refused":i?"cut":"unreachable";return e.trouble=n??(navigator.onLine?o:"offline"),!0}history(){return this.exchanges.flatMap(({answer:e,question:t})=>e?[{question:t.slice(0,1e3),answer:e.text.slice(0,4e3)}]:[]).slice(-5)}}function Tt(s){return typeof s?.id=="string"&&typeof s.question=="string"&&P(s.language)&&Array.isArray(s.sentences)}function Ct(){const s=crypto.getRandomValues(new Uint8Array(16));s[6]=(s[6]??0)&15|64,s[8]=(s[8]??0)&63|128;const e=Array.from(s,t=>t.toString(16).padStart(2,"0")).join("");return[e.slice(0,8),e.slice(8,12),e.slice(12,16),e.slice(16,20),e.slice(20)].join("-")}function jt(s,e){return new Promise(t=>{const n=setTimeout(t,s);e.addEventListener("abort",()=>(clearTimeout(n),t()),{once:!0})})}function Pt(s,e,t){const n=s.answer?.language??s.language,i=m(n);return r`<li class="exchange" id="exchange-${s.id}" lang=${n}>
    <h3><span class="hidden">${i.you_asked} </span><span dir="auto">${s.question}</span></h3>
    <div class="answer" tabindex="-1" role="group" aria-label=${i.answer}>
      ${s.answer?ht(s,s.answer,t):s.trouble?Nt(s,e,t,i):qt(s,t,i)}
    </div>
  </li>`}function Pe(s){const e=m(s.language);return s.trouble==="refused"?s.detail:f(e[s.trouble??"unreachable"],{name:e.desk.name})}function Nt(s,e,t,n){return r`<div class="trouble"><p>${Pe(s)}</p>
    <button type="button" class="secondary" aria-disabled=${String(e)} @click=${()=>t.again(s)}>${n.again}</button></div>`}function qt(s,e,t){return r`${s.sentences.length?Ce(s.sentences,s.citations,s.id,s.language):h}
    <div class="waiting"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
      <span>${s.retrying?t.retrying:t.waiting}</span>
      <button type="button" class="secondary" @click=${()=>e.stop()}>${t.stop}</button></div>`}const ne="hello-espoo-1";function Ot(){try{const s=JSON.parse(sessionStorage.getItem(ne)??"{}");return typeof s=="object"&&s!==null?s:{}}catch{return{}}}function Lt(s){try{sessionStorage.setItem(ne,JSON.stringify(s))}catch{}}function Ut(){try{sessionStorage.removeItem(ne)}catch{}}function ve(s){return s.flatMap(({answer:e,question:t})=>e?[`${t}

${Mt(e)}`]:[]).join(`

———

`)}function Mt(s){const{language:e,text:t,urgent:n,citations:i,notices:o,hand_off:a,status:c}=s,l=m(e),u=i.map(({number:p,source:d})=>{const v=d.as_of?f(l.dated,{date:W(d.as_of,e)}):l.undated;return`[${p}] ${d.title} (${d.publisher}, ${v})
${d.url}`});return[t,...(n?.helplines??[]).map(p=>`${p.name}: ${p.phone}`),...o.map(p=>p.text),...u.length?[`${c==="unanswered"?l.may_help:l.sources}:`,...u]:[],...a?[[a.name,a.phone,a.email,a.address,a.url].filter(Boolean).join(`
`)]:[]].join(`

`)}function zt(s,e,t){const n=document.createElement("iframe");Object.assign(n.style,{position:"fixed",width:"0",height:"0",border:"0"}),document.body.append(n);const i=n.contentDocument;if(!i||!n.contentWindow)return n.remove();i.documentElement.lang=t,i.title=s;const o=i.createElement("h1");o.textContent=s,i.body.append(o,...e.split(`
`).map(a=>{const c=i.createElement("p");return c.textContent=a||" ",c})),n.contentWindow.addEventListener("afterprint",()=>n.remove()),n.contentWindow.print()}const Dt=qe`
  :host {
    all: initial;
    --ink: var(--hello-espoo-text, #091c3b);
    --muted: #536076;
    --paper: var(--hello-espoo-background, #fff);
    --wash: #f2f5fa;
    --line: #d8dfea;
    --edge: #73809a;
    --accent: var(--hello-espoo-accent, #0047b6);
    --on-accent: var(--hello-espoo-on-accent, #fff);
    --head: var(--hello-espoo-header, #00358a);
    --tint: #e6eefa;
    --alarm: #ff4f57;
    --alarm-tint: #fff1f1;
    --warn: #f06c00;
    --error: #a8071a;
    --radius: var(--hello-espoo-radius, 14px);
    display: block;
    font: 1em/1.55 var(--hello-espoo-font, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif);
    color: var(--ink);
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
  }
  @media (prefers-color-scheme: dark) {
    :host {
      --ink: var(--hello-espoo-text, #e9eef8);
      --muted: #b4c0d4;
      --paper: var(--hello-espoo-background, #111a2c);
      --wash: #18233a;
      --line: #2f3d58;
      --edge: #8796b3;
      --accent: var(--hello-espoo-accent, #9cc2ff);
      --on-accent: var(--hello-espoo-on-accent, #091c3b);
      --head: var(--hello-espoo-header, #0b2c66);
      --tint: #1d2f52;
      --alarm-tint: #3a1a22;
      --error: #ffb3b3;
    }
  }
  *, *::before, *::after { box-sizing: border-box; }
  [hidden] { display: none !important; }
  .hidden { position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; border: 0; }
  h2, h3, h4, p, ol, ul, dl, dd, blockquote { margin: 0; padding: 0; font: inherit; }
  ol, ul { list-style: none; }
  button, textarea { font: inherit; color: inherit; letter-spacing: inherit; word-spacing: inherit; }
  button { cursor: pointer; -webkit-tap-highlight-color: transparent; }
  button[aria-disabled="true"] { cursor: default; opacity: .6; }
  a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px; }
  a:hover { text-decoration-thickness: 2px; }
  svg { display: block; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
  :focus { outline: none; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
  header :focus-visible { outline-color: #fff; }

  /* the launcher */
  .launcher {
    position: fixed; z-index: var(--hello-espoo-z-index, 1000);
    right: calc(var(--hello-espoo-offset, 1.25em) + env(safe-area-inset-right, 0px));
    bottom: calc(var(--hello-espoo-offset, 1.25em) + env(safe-area-inset-bottom, 0px));
    display: flex; align-items: center; gap: .6em; min-height: 3.5em; padding: .5em 1.35em .5em 1.1em;
    border: 0; border-radius: 999px; background: var(--head); color: #fff; font-weight: 600;
    box-shadow: 0 2px 6px rgb(9 28 59 / .2), 0 10px 28px rgb(9 28 59 / .22);
  }
  .launcher:hover { background: color-mix(in srgb, var(--head) 88%, #000); }
  .launcher:focus-visible { outline-offset: 3px; border-radius: 999px; }
  .mark { width: 1.7em; height: 1.7em; flex: none; }
  .mark path:first-child { fill: currentColor; stroke: none; }
  .mark .lines { stroke: var(--head); stroke-width: 2.4; }

  /* the panel */
  .panel { position: relative; display: flex; flex-direction: column; background: var(--paper); color: var(--ink); overflow: hidden; overflow-wrap: anywhere; }
  section.panel { height: 100%; min-height: 0; }
  :host([mode="panel"]) { height: 40em; }
  dialog.panel {
    position: fixed; inset: auto; z-index: var(--hello-espoo-z-index, 1000); margin: 0; padding: 0; border: 0;
    right: calc(var(--hello-espoo-offset, 1.25em) + env(safe-area-inset-right, 0px));
    bottom: calc(var(--hello-espoo-offset, 1.25em) + env(safe-area-inset-bottom, 0px));
    width: min(29em, calc(100vw - 2.5em)); max-width: none;
    height: min(46em, calc(100vh - 2.5em)); height: min(46em, calc(100dvh - 2.5em)); max-height: none;
    border-radius: var(--radius); outline: 1px solid var(--line);
    box-shadow: 0 4px 12px rgb(9 28 59 / .12), 0 24px 64px rgb(9 28 59 / .24);
  }
  dialog.panel:not([open]) { display: none; }
  dialog.panel::backdrop { background: rgb(9 28 59 / .5); }
  @media (max-width: 40em) {
    dialog.panel { inset: 0; width: 100%; height: 100vh; height: 100dvh; border-radius: 0; outline: 0; box-shadow: none; }
  }
  @media (prefers-reduced-motion: no-preference) {
    dialog.panel[open] { animation: rise .18s ease-out; }
  }
  @keyframes rise { from { opacity: 0; transform: translateY(.75em); } }
  @keyframes breathe { 0%, 60%, 100% { opacity: .25; } 30% { opacity: 1; } }

  header {
    display: flex; align-items: center; justify-content: space-between; flex-wrap: wrap; gap: .25em .75em;
    padding: calc(.7em + env(safe-area-inset-top, 0px)) .75em .7em 1.25em; background: var(--head); color: #fff;
  }
  .heading { min-width: 0; flex: 1 1 9em; }
  .whole { white-space: nowrap; }
  header h2 { font-size: 1.0625em; font-weight: 650; line-height: 1.25; }
  header p { font-size: .8125em; line-height: 1.3; color: #d9e4f4; }
  .tools, .languages { display: flex; align-items: center; }
  header button {
    min-width: 44px; min-height: 44px; padding: 0 .35em; border: 0; border-radius: 8px; background: none; color: #fff;
    font-size: .875em; font-weight: 600; letter-spacing: .02em;
  }
  header button:hover { background: rgb(255 255 255 / .14); }
  .languages button { position: relative; color: #d9e4f4; font-weight: 500; }
  .languages [aria-pressed="true"] { color: #fff; font-weight: 700; }
  .languages [aria-pressed="true"]::after { content: ""; position: absolute; left: 28%; right: 28%; bottom: 8px; border-bottom: 2px solid #fff; }
  .close svg { width: 1.5em; height: 1.5em; margin: auto; }

  .scroll { position: relative; flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 0 1.25em; scroll-padding-top: 1em; }
  .scroll:focus-visible { outline-offset: -3px; }
  :host([mode="inline"]) .scroll { overflow: visible; }
  :host([mode="inline"]) .panel, :host([mode="panel"]) .panel { border: 1px solid var(--line); border-radius: var(--radius); }

  /* before the first question */
  .welcome { padding: 1.4em 0 1.5em; }
  .welcome h3 { font-size: 1.5em; font-weight: 680; line-height: 1.2; letter-spacing: -.012em; margin-bottom: .4em; text-wrap: balance; }
  .small { margin-top: .6em; font-size: .9375em; color: var(--muted); }
  .kept { margin-top: 1.6em; font-size: .875em; }

  /* questions as buttons */
  h4 { font-size: .875em; font-weight: 650; color: var(--muted); margin-bottom: .5em; }
  .questions { margin-top: 1.4em; }
  .questions ul { border-top: 1px solid var(--line); }
  .ask {
    display: flex; align-items: center; gap: .75em; width: 100%; min-height: 46px; padding: .55em 0; text-align: left;
    border: 0; border-bottom: 1px solid var(--line); background: none; color: var(--accent); font-weight: 550; line-height: 1.35;
  }
  .ask::after {
    content: ""; flex: none; width: .5em; height: .5em; margin: 0 .35em 0 auto; border: solid currentColor; border-width: 2px 2px 0 0;
    transform: rotate(45deg);
  }
  .ask:hover { background: var(--wash); text-decoration: underline; text-underline-offset: .18em; }
  .more > summary { padding: .7em 0; }
  .more ul { border-top: 0; }

  summary { cursor: pointer; color: var(--accent); min-height: 44px; display: flex; align-items: center; gap: .5em; list-style: none; }
  summary::-webkit-details-marker { display: none; }
  summary::before {
    content: ""; flex: none; width: .42em; height: .42em; margin: 0 .15em; border: solid currentColor; border-width: 0 2px 2px 0; transform: rotate(-45deg);
  }
  details[open] > summary::before { transform: rotate(45deg); }
  summary:hover { text-decoration: underline; text-underline-offset: .18em; }

  /* question and answer */
  .exchange { padding: 1.4em 0 1.6em; }
  .exchange, .welcome { max-width: 46em; }
  .exchange + .exchange { border-top: 1px solid var(--line); }
  .exchange h3 { font-size: 1.1875em; font-weight: 650; line-height: 1.3; letter-spacing: -.006em; margin-bottom: .6em; white-space: pre-line; }
  .answer:focus-visible { outline: none; box-shadow: -.75em 0 var(--paper), calc(-.75em - 4px) 0 var(--accent); border-radius: 0; }
  .text > * + * { margin-top: .7em; }
  .text ul, .text ol { padding-left: 1.5em; }
  .text ul { list-style: disc; }
  .text ol { list-style: decimal; }
  .text li + li { margin-top: .4em; }
  .text li::marker { color: var(--muted); font-weight: 600; }
  .verdict { font-weight: 650; margin-bottom: .4em; }
  .marker {
    position: relative; min-width: 1.75em; height: 1.75em; padding: 0 .4em; margin: 0 .1em; border: 1px solid transparent; border-radius: 6px;
    background: var(--tint); color: var(--accent); font-size: .75em; font-weight: 700; line-height: 1; vertical-align: .15em;
  }
  .marker::after { content: ""; position: absolute; inset: -12px -9px; }
  .marker:hover { background: var(--accent); color: var(--on-accent); }

  .sources, .contact, .notices { margin-top: 1.4em; }
  .sources li { display: flex; gap: .75em; padding: .7em 0 .35em; border-top: 1px solid var(--line); }
  .sources li { scroll-margin-top: 3em; }
  .sources li > div { min-width: 0; flex: 1; }
  .sources .number {
    flex: none; min-width: 1.75em; height: 1.75em; margin-top: .2em; border-radius: 6px; background: var(--tint); color: var(--accent);
    font-size: .75em; font-weight: 700; line-height: 1.75em; text-align: center;
  }
  .sources a, .sources li > div > span { font-weight: 550; }
  .out::after { content: "\\2197" / ""; margin-left: .3em; font-size: .85em; display: inline-block; text-decoration: none; }
  .about { font-size: .875em; color: var(--muted); line-height: 1.45; }
  .sources summary { font-size: .875em; }
  blockquote { margin: .1em 0 .8em; padding: .1em 0 .1em 1em; border-left: 3px solid var(--edge); font-size: .9375em; white-space: pre-line; }

  .notices { padding: .8em 1em; border-left: 4px solid var(--warn); background: var(--wash); border-radius: 0 8px 8px 0; font-size: .9375em; }
  .notices h4 { margin-bottom: .25em; color: var(--ink); }
  .notices li + li { margin-top: .4em; }

  .contact { padding: 1em 1.1em; border-radius: 10px; background: var(--wash); }
  .contact h4 { margin-bottom: .15em; }
  .name { font-weight: 650; }
  .opening { font-size: .9375em; }
  .opening.open::before { content: ""; display: inline-block; width: .6em; height: .6em; margin-right: .45em; border-radius: 50%; background: #2e7d32; }
  dl { margin-top: .35em; font-size: .9375em; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .35em 1em; }
  dl div { display: contents; }
  dt { color: var(--muted); }
  dd { min-width: 0; }

  .urgent { margin-bottom: 1.4em; padding: 1em 1.1em .4em; border-left: 6px solid var(--alarm); background: var(--alarm-tint); border-radius: 0 10px 10px 0; }
  .urgent h4 { font-size: 1.0625em; color: var(--ink); margin-bottom: .25em; }
  .urgent ul { margin-top: .7em; }
  .urgent li { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0 1em; padding: .2em 0; border-top: 1px solid color-mix(in srgb, var(--alarm) 30%, transparent); }
  .urgent .phone { display: inline-flex; align-items: center; min-height: 44px; font-size: 1.1875em; font-weight: 700; color: var(--ink); }

  .accuracy { margin-top: 1.2em; font-size: .875em; color: var(--muted); }
  .feedback { display: flex; flex-wrap: wrap; align-items: center; gap: .4em .5em; margin-top: .8em; font-size: .9375em; }
  .feedback > span { margin-right: .35em; }
  .feedback p { flex-basis: 100%; }
  .reasons { flex-basis: 100%; display: flex; flex-wrap: wrap; gap: .4em .5em; padding-top: .3em; }
  .reasons span { flex-basis: 100%; }
  .feedback button, .secondary, .quiet {
    min-height: 44px; padding: .35em 1em; border: 1px solid var(--edge); border-radius: 8px; background: var(--paper); line-height: 1.3;
  }
  .feedback button:hover, .secondary:hover, .quiet:hover { background: var(--wash); border-color: var(--accent); }
  .feedback button[aria-pressed="true"] { background: var(--tint); border-color: var(--accent); color: var(--accent); font-weight: 650; }
  .secondary { font-weight: 600; color: var(--accent); border-color: var(--accent); }

  .waiting { display: flex; flex-wrap: wrap; align-items: center; gap: .5em .75em; color: var(--muted); }
  .text + .waiting { margin-top: 1em; }
  .waiting button { margin-left: auto; }
  .dots { display: inline-flex; gap: .3em; }
  .dots i { width: .5em; height: .5em; border-radius: 50%; background: var(--accent); }
  @media (prefers-reduced-motion: no-preference) {
    .dots i { animation: breathe 1.2s ease-in-out infinite; }
    .dots i:nth-child(2) { animation-delay: .18s; }
    .dots i:nth-child(3) { animation-delay: .36s; }
  }
  .trouble { padding: .9em 1em; border-left: 4px solid var(--warn); background: var(--wash); border-radius: 0 8px 8px 0; }
  .trouble button { margin-top: .8em; }

  .conversation-tools { display: flex; flex-wrap: wrap; padding: .6em 0 1.25em; border-top: 1px solid var(--line); }
  .conversation-tools p { flex-basis: 100%; padding-bottom: .4em; }
  .conversation-tools .secondary { margin-right: .35em; }
  .quiet { border-color: transparent; background: none; padding: .35em 0; margin-right: 1.25em; font-size: .875em; color: var(--muted); text-decoration: underline; text-underline-offset: .18em; }

  /* writing */
  .offline { padding: .5em 1.25em; background: var(--wash); border-top: 3px solid var(--warn); font-size: .9375em; }
  form { padding: .8em 1.25em .6em; border-top: 1px solid var(--line); background: var(--paper); }
  label { display: block; font-size: .9375em; font-weight: 650; margin-bottom: .3em; }
  .field { display: flex; align-items: stretch; gap: .5em; }
  textarea {
    flex: 1; min-width: 0; min-height: 3.6em; max-height: 11em; padding: .5em .7em; resize: vertical; field-sizing: content;
    border: 1px solid var(--edge); border-radius: 8px; background: var(--paper); line-height: 1.4;
  }
  textarea:focus-visible { outline-offset: 0; border-color: var(--accent); border-radius: 8px; }
  textarea[aria-invalid="true"] { border: 2px solid var(--error); }
  textarea[readonly] { background: var(--wash); }
  .send { min-width: 4.4em; min-height: 44px; padding: .4em .9em; border: 0; border-radius: 8px; background: var(--accent); color: var(--on-accent); font-weight: 650; }
  .send:hover { background: color-mix(in srgb, var(--accent) 86%, #000); }
  .hint { margin-top: .4em; font-size: .8125em; line-height: 1.4; color: var(--muted); }
  .error { margin-top: .4em; font-size: .9375em; font-weight: 600; color: var(--error); }

  footer {
    display: flex; flex-wrap: wrap; align-items: flex-start; justify-content: space-between; gap: 0 1em;
    padding: 0 1.25em calc(.15em + env(safe-area-inset-bottom, 0px)); border-top: 1px solid var(--line); background: var(--wash); font-size: .9375em;
  }
  .person[open] { flex-basis: 100%; padding-bottom: .6em; }
  .emergency { display: flex; align-items: center; gap: .4em; min-height: 44px; color: var(--muted); }
  .emergency a { display: inline-flex; align-items: center; min-height: 44px; min-width: 44px; justify-content: center; font-weight: 700; color: var(--ink); }

  /* a low window (a phone on its side, 400 % zoom): the whole panel scrolls, so that nothing covers the focus */
  @media (max-height: 34em) {
    dialog.panel, :host([mode="panel"]) section.panel { display: block; overflow-y: auto; }
    dialog.panel:not([open]) { display: none; }
    .scroll { overflow: visible; }
  }
  @media (max-width: 30em) {
    header p { display: none; }
    footer { font-size: .875em; }
  }
  @media (max-width: 24em) {
    header { padding-left: 1em; }
    .tools { flex: 1; justify-content: space-between; margin-left: -.6em; }
    .scroll, form, footer { padding-left: 1em; padding-right: 1em; }
  }
  @media (forced-colors: active) {
    .launcher, .send, .panel, .contact, .urgent, .notices, .trouble, .marker, .sources .number { border: 1px solid; }
    .languages [aria-pressed="true"]::after { border-color: Highlight; }
    .dots i { background: CanvasText; }
    header { border-bottom: 1px solid; }
    header p, .languages button { color: CanvasText; }
    .answer:focus-visible { outline: 3px solid Highlight; outline-offset: 4px; }
  }
  @media print {
    .corner, form, footer, .tools, .feedback, .conversation-tools, .questions { display: none; }
    .panel, .scroll { display: block; overflow: visible; height: auto; }
  }
`,F=4,It=.8,x=matchMedia("(max-width: 40em)"),be="#hello-espoo",I=class I extends j{constructor(){super(...arguments),this.language="",this.endpoint="",this.mode="launcher",this.pageTopic="",this.locale="en",this.showing=!1,this.draft="",this.fieldError="",this.topics=[],this.desk=null,this.terms={max_question:1e3,retention_days:0},this.confirming=!1,this.online=navigator.onLine,this.chosen=null,this.announcer=new ot(this),this.fetched=null,this.dialogModal=!1,this.scrolled=!1,this.actions={ask:e=>{this.ask(e)},again:e=>{this.again(e)},stop:()=>this.conversation.stop(),feedback:(e,t,n)=>this.feedback(e,t,n)},this.submitted=e=>{e.preventDefault(),this.ask(this.draft)},this.typed=e=>{this.draft=e.target.value,this.fieldError="",this.store()},this.entered=e=>{e.key!=="Enter"||e.shiftKey||e.isComposing||e.keyCode===229||(e.preventDefault(),this.ask(this.draft))},this.escaped=e=>{e.key!=="Escape"||e.isComposing||(e.preventDefault(),this.close())},this.scrolling={handleEvent:()=>{this.scrolled=!0},passive:!0},this.cancelled=e=>{e.preventDefault(),this.close()},this.resized=()=>{const e=this.seek("dialog");!e?.open||this.dialogModal===x.matches||(e.close(),this.show())},this.linked=()=>{location.hash===be&&this.open()},this.connection=()=>{this.online=navigator.onLine;const e=m(this.locale);this.shown&&this.announcer.say(this.online?e.online_again:e.offline_now,this.locale)}}connectedCallback(){super.connectedCallback(),this.conversation||this.begin(),addEventListener("online",this.connection),addEventListener("offline",this.connection),addEventListener("hashchange",this.linked),x.addEventListener("change",this.resized)}disconnectedCallback(){super.disconnectedCallback(),removeEventListener("online",this.connection),removeEventListener("offline",this.connection),removeEventListener("hashchange",this.linked),x.removeEventListener("change",this.resized)}open(){if(this.shown)return this.focusFirst();this.showing=!0,this.store(),this.tell("open"),this.updateComplete.then(()=>this.focusFirst())}close(){this.mode!=="launcher"||!this.showing||(this.showing=!1,location.hash===be&&history.replaceState(history.state,"",location.pathname+location.search),this.store(),this.tell("close"),this.updateComplete.then(()=>this.seek(".launcher")?.focus()))}setLocale(e){P(e)&&(this.chosen=this.locale=e,this.fieldError="",this.store(),this.shown&&this.load())}reset(){this.conversation.clear(),this.draft=this.fieldError="",this.confirming=!1,Ut(),this.store()}render(){const e=m(this.locale);return this.mode!=="launcher"?r`<section class="panel" lang=${this.locale} aria-label=${e.service}>${this.inside(e)}</section>`:r`<section class="corner" lang=${this.locale} aria-label=${e.service}>
      <button type="button" class="launcher" aria-expanded=${String(this.showing)} aria-controls="panel" aria-haspopup="dialog"
        ?hidden=${this.showing} @click=${()=>this.open()}>${Rt()}<span>${e.launcher}</span></button>
      <dialog id="panel" class="panel" aria-labelledby="title" @cancel=${this.cancelled} @keydown=${this.escaped}>
        ${this.showing?this.inside(e):h}
      </dialog>
    </section>`}willUpdate(e){!e.has("language")||!this.hasUpdated||this.chosen||(this.locale=this.pageLanguage,this.shown&&this.load())}firstUpdated(){this.mode!=="launcher"&&this.load(),this.linked(),this.tell("ready"),this.conversation.pending&&this.resume()}updated(e){e.has("showing")&&this.show()}begin(){const e=Ot(),t=this.pageLanguage;this.chosen=P(e.chosen)&&e.chosenOn===t?e.chosen:null,this.locale=this.chosen??t,this.showing=e.open===!0&&!x.matches,this.draft=typeof e.draft=="string"?e.draft:"";const n=this.endpoint||new URL(".",import.meta.url).href;this.service=new _t(n.replace(/\/+$/,"")),this.conversation=new St(this.service,e,()=>this.changedConversation())}get pageLanguage(){return[this.language,document.documentElement.lang].map(t=>t.toLowerCase().split("-")[0]).find(P)??"en"}get shown(){return this.mode!=="launcher"||this.showing}inside(e){const{exchanges:t,pending:n}=this.conversation;return r`
      <header>
        <div class="heading"><h2 id="title" tabindex="-1">${Ht(e.service)}</h2><p>${e.tagline}</p></div>
        <div class="tools">
          <div class="languages" role="group" aria-label=${e.language}>${Ee.map(i=>r`<button type="button"
            lang=${i} aria-pressed=${String(i===this.locale)} @click=${()=>this.setLocale(i)}
            >${i.toUpperCase()}<span class="hidden"> ${m(i).languageName}</span></button>`)}</div>
          ${this.mode==="launcher"?r`<button type="button" class="close" aria-label=${e.close} @click=${()=>this.close()}>${Vt()}</button>`:h}
        </div>
      </header>
      <div class="scroll" role="log" aria-live="off" aria-label=${e.conversation} tabindex="0"
        @wheel=${this.scrolling} @touchmove=${this.scrolling}>
        ${t.length?r`<ol class="exchanges">${t.map(i=>Pt(i,n!==null,this.actions))}</ol>`:this.welcome(e)}
        ${t.some(i=>i.answer)&&!n?this.conversationTools(e):h}
      </div>
      ${this.online?h:r`<p class="offline">${e.offline_now}</p>`}
      ${this.form(e)}
      <footer>
        <details class="person"><summary>${e.person}</summary>${Ae(this.person(e),this.locale)}</details>
        <p class="emergency">${e.emergency} <a href="tel:${e.emergencyNumber}">${e.emergencyNumber}</a></p>
      </footer>
      ${this.announcer.render()}`}welcome(e){const{retention_days:t}=this.terms,n=this.starts(e);return r`<div class="welcome">
      <h3>${e.welcome}</h3>
      <p>${e.lead}</p>
      <p class="small">${e.ai}</p>
      <section class="questions"><h4>${e.start}</h4>
        ${B(n.slice(0,F),this.actions.ask)}
        ${n.length>F?r`<details class="more"><summary>${e.more}</summary>
          ${B(n.slice(F),this.actions.ask)}</details>`:h}
      </section>
      <p class="small kept">${t?f(e.kept,{days:t}):e.kept_for_a_time}</p>
    </div>`}conversationTools(e){return this.confirming?r`<div class="conversation-tools" role="group" aria-labelledby="sure"><p id="sure" tabindex="-1">${e.forget_sure}</p>
        <button type="button" class="secondary" @click=${()=>{this.forget()}}>${e.forget_yes}</button>
        <button type="button" class="secondary" @click=${()=>this.confirm(!1)}>${e.forget_no}</button></div>`:r`<div class="conversation-tools">
      ${navigator.clipboard?r`<button type="button" class="quiet" @click=${()=>{this.copy(e)}}>${e.copy}</button>`:h}
      <button type="button" class="quiet" @click=${()=>zt(e.service,ve(this.conversation.exchanges),this.locale)}>${e.print}</button>
      <button type="button" class="quiet forget" @click=${()=>this.confirm(!0)}>${e.forget}</button></div>`}form(e){const t=this.conversation.pending!==null,n=this.terms.max_question-this.draft.length,i=n<=this.terms.max_question*(1-It);return r`<form @submit=${this.submitted} novalidate>
      <label for="question">${e.question}</label>
      <div class="field">
        <textarea id="question" rows="2" enterkeyhint="send" autocomplete="off" .value=${this.draft} ?readonly=${t}
          aria-describedby="hint ${i?"count":""} ${this.fieldError?"field-error":""}" aria-invalid=${String(this.fieldError!=="")}
          @input=${this.typed} @keydown=${this.entered}></textarea>
        <button type="submit" class="send" aria-disabled=${String(t)}>${e.send}</button>
      </div>
      ${i?r`<p id="count" class=${n<0?"error":"hint"}>${n<0?f(e.over,{count:-n}):f(e.left,{count:n})}</p>`:h}
      ${this.fieldError?r`<p id="field-error" class="error">${this.fieldError}</p>`:h}
      <p id="hint" class="hint">${e.privacy}</p>
    </form>`}person(e){return this.desk??{...e.desk,open_now:null,opens_at:null}}starts(e){const t=[...this.topics].sort((n,i)=>+(i.topic===this.pageTopic)-+(n.topic===this.pageTopic));return t.length?t.map(n=>n.question):e.starts}async ask(e){const t=e.trim(),n=m(this.locale);if(this.conversation.pending)return;if(!t)return this.refuse(n.empty);if(t.length>this.terms.max_question)return this.refuse(f(n.over,{count:t.length-this.terms.max_question}));this.fieldError="",this.confirming=!1;const i=this.draft.trim()===t;i&&(this.draft="");const o=this.conversation.ask(t,this.locale).catch(a=>{this.draft=t,this.refuse(a instanceof g?a.problem.detail:n.unreachable)});this.scrolled=!1,this.announcer.waiting(this.locale),await this.updateComplete,this.reveal(),i||this.seek(".exchange:last-child .answer")?.focus({preventScroll:!0}),await o,await this.settled()}async again(e){if(this.conversation.pending)return;const t=this.conversation.again(e).catch(n=>{this.draft=e.question,this.refuse(n instanceof g?n.problem.detail:"")});this.scrolled=!1,this.announcer.waiting(this.locale),await this.updateComplete,this.seek(".exchange:last-child .answer")?.focus({preventScroll:!0}),await t,await this.settled()}async resume(){this.announcer.waiting(this.locale),await this.conversation.resume().catch(()=>{}),await this.settled(!1)}async settled(e=!0){const t=this.conversation.exchanges.at(-1);if(!t||this.conversation.pending)return;const{answer:n}=t,i=m(n?.language??t.language);if(await this.updateComplete,n){const c=n.status==="answered"||n.status==="emergency"?n.citations.length:0;this.announcer.say(c===1?i.ready_with_one:f(c?i.ready_with:i.ready,{count:c}),n.language),this.tell(n.status==="unanswered"||n.status==="referred"?"unanswered":n.status==="failed"?"error":"answered",{id:n.id,status:n.status})}else t.trouble==="stopped"?this.announcer.say(i.stopped,t.language):this.announcer.alert(Pe(t),t.language),this.tell("error",{id:t.id,trouble:t.trouble});const o=this.shadowRoot?.activeElement,a=o?o.matches(".answer")||o.id==="question"&&!this.draft:document.activeElement===document.body;e&&a&&this.shown&&this.seek(".exchange:last-child .answer")?.focus({preventScroll:!0}),this.reveal()}feedback(e,t,n){const i=e.feedback;e.feedback=t?"yes":n?"reason":"no",this.changedConversation();const o=e.answer?.language??this.locale;this.service.feedback(e.id,o,t,n).then(()=>{(e.feedback==="yes"||e.feedback==="reason")&&this.announcer.say(m(o).thanks,o),this.tell("feedback",{id:e.id,helpful:t,reason:n})},()=>{e.feedback=i==="no"&&n?"no":"failed",e.feedback==="no"&&this.announcer.alert(m(o).not_sent,o),this.changedConversation()})}async forget(){const e=m(this.locale);try{this.conversation.id&&await this.service.forget(this.conversation.id,this.locale)}catch(t){return this.confirm(!1),this.announcer.alert(t instanceof g&&t.problem.status===429?t.problem.detail:e.not_forgotten,this.locale)}this.reset(),this.announcer.say(e.forgotten,this.locale),await this.updateComplete,this.seek("#title")?.focus()}async copy(e){await navigator.clipboard.writeText(ve(this.conversation.exchanges)).then(()=>this.announcer.say(e.copied,this.locale),()=>this.announcer.alert(e.not_copied,this.locale))}confirm(e){this.confirming=e,this.updateComplete.then(()=>this.seek(e?"#sure":".forget")?.focus())}show(){const e=this.seek("dialog");if(!e||e.open===this.showing)return;if(!this.showing)return e.close();const t=document.activeElement;this.dialogModal=x.matches,this.dialogModal?e.showModal():e.show(),t===document.body&&document.activeElement?.blur(),this.load(),this.reveal()}focusFirst(){((x.matches?null:this.seek("#question"))??this.seek("#title"))?.focus()}async load(){const e=this.locale;if(this.fetched===e)return;this.fetched=e;const[t,n,i]=await Promise.allSettled([this.service.topics(e),this.service.desk(e),this.service.terms()]);e===this.locale&&(this.topics=t.status==="fulfilled"?t.value:[],this.desk=n.status==="fulfilled"?n.value:null,i.status==="fulfilled"&&(this.terms=i.value),[t,n,i].some(o=>o.status==="rejected")&&(this.fetched=null))}changedConversation(){this.requestUpdate(),this.store(),this.conversation?.pending&&this.updateComplete.then(()=>this.reveal())}reveal(){const e=this.seek(".exchange:last-child"),t=this.seek(".scroll");!e||!t||this.scrolled||(t.scrollHeight>t.clientHeight?t.scrollTop+=e.getBoundingClientRect().top-t.getBoundingClientRect().top:this.mode!=="launcher"&&e.scrollIntoView({block:"nearest"}))}refuse(e){this.fieldError=e,this.announcer.alert(e,this.locale),this.updateComplete.then(()=>this.seek("#question")?.focus())}store(){if(!this.conversation)return;const{showing:e,draft:t,chosen:n}=this;Lt({...this.conversation.kept,open:e,draft:t,chosen:n,chosenOn:this.pageLanguage})}tell(e,t={}){this.dispatchEvent(new CustomEvent(e,{detail:t,bubbles:!0,composed:!0}))}seek(e){return this.renderRoot.querySelector(e)}};I.styles=Dt,I.properties={language:{type:String},endpoint:{type:String},mode:{type:String},pageTopic:{type:String,attribute:"page-topic"},locale:{state:!0},showing:{state:!0},draft:{state:!0},fieldError:{state:!0},topics:{state:!0},desk:{state:!0},terms:{state:!0},confirming:{state:!0},online:{state:!0}};let G=I;function Ht(s){const e=s.lastIndexOf(" ")+1;return r`${s.slice(0,e)}<span class="whole">${s.slice(e)}</span>`}function Rt(){return r`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path d="M4 5h24v17H15l-7 6v-6H4z" /><path class="lines" d="M9 11h14M9 16h9" /></svg>`}function Vt(){return r`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M6 6l12 12M18 6L6 18" /></svg>`}customElements.get("hello-espoo")||customElements.define("hello-espoo",G);
