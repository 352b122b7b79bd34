/**
 * The built-in texts, used where a policy gives none of its own; docs/policy.md shows them to be copied and changed.
 * Written for an agent who sees the ticket first: what is broken, since when, what the check said, then the reasons.
 */
export const DEFAULT_TEMPLATES = {
  subject: `[{{reference}}] {{#if customerName}}{{customerName}}: {{/if}}{{title}}`,

  description: `<p><strong>{{objectName}}</strong> is <strong>{{state}}</strong> since {{since}}.</p>
{{#if output}}
<pre>{{output}}</pre>
{{/if}}
{{#if alertList}}
<p><strong>Alerts in this incident</strong></p>
<ul>
{{#each alertList}}
<li><strong>{{name}}</strong> is {{state}} since {{since}}<br>{{output}}</li>
{{/each}}
</ul>
{{#if moreAlerts}}
<p>and {{moreAlerts}} more.</p>
{{/if}}
{{/if}}
{{#if longOutput}}
<p><strong>Details from the check</strong></p>
<pre>{{longOutput}}</pre>
{{/if}}
<table>
<tr><td><strong>Priority</strong></td><td>{{priority}} (impact {{impact}}, urgency {{urgency}})</td></tr>
<tr><td><strong>Why</strong></td><td>{{why}} (rule: {{rule}})</td></tr>
{{#if serviceName}}
<tr><td><strong>Service</strong></td><td>{{serviceName}}</td></tr>
{{/if}}
{{#if customerName}}
<tr><td><strong>Customer</strong></td><td>{{customerName}}</td></tr>
{{/if}}
<tr><td><strong>Host</strong></td><td>{{host}}{{#if hostAddress}}, {{hostAddress}}{{/if}}{{#if hostAlias}}, {{hostAlias}}{{/if}}</td></tr>
{{#if hostGroup}}
<tr><td><strong>Host group</strong></td><td>{{hostGroup}}</td></tr>
{{/if}}
<tr><td><strong>Reference</strong></td><td>{{reference}}</td></tr>
{{#if previousReference}}
<tr><td><strong>Happened before</strong></td><td>{{previousReference}}</td></tr>
{{/if}}
</table>
<p>{{#if opsviewUrl}}<a href="{{opsviewUrl}}">Open in Opsview</a>{{/if}} {{#if watchdeskUrl}}<a href="{{watchdeskUrl}}">Open in Watchdesk</a>{{/if}}</p>
<p><em>Watchdesk closes this ticket once Opsview has shown everything healthy for long enough. A field that you change stays as you set it.</em></p>
`,

  note_recovered: `<p><strong>Recovered.</strong> {{sentence}}</p>
{{#if state}}
<p>{{objectName}} is {{state}}{{#if since}} since {{since}}{{/if}}.</p>
{{/if}}
{{#if output}}
<pre>{{output}}</pre>
{{/if}}
{{#if watchdeskUrl}}
<p><a href="{{watchdeskUrl}}">{{reference}} in Watchdesk</a></p>
{{/if}}
`,

  note_reopened: `<p><strong>Bad again.</strong> {{sentence}}</p>
{{#if state}}
<p>{{objectName}} is <strong>{{state}}</strong>{{#if since}} since {{since}}{{/if}}.</p>
{{/if}}
{{#if output}}
<pre>{{output}}</pre>
{{/if}}
{{#if watchdeskUrl}}
<p><a href="{{watchdeskUrl}}">{{reference}} in Watchdesk</a></p>
{{/if}}
`,

  note_worsened: `<p><strong>Worse.</strong> {{sentence}}</p>
{{#if state}}
<p>{{objectName}} is <strong>{{state}}</strong>{{#if since}} since {{since}}{{/if}}.</p>
{{/if}}
{{#if output}}
<pre>{{output}}</pre>
{{/if}}
{{#if priority}}
<p>Priority {{priority}}{{#if why}}: {{why}}{{/if}}{{#if rule}} (rule: {{rule}}){{/if}}</p>
{{/if}}
{{#if watchdeskUrl}}
<p><a href="{{watchdeskUrl}}">{{reference}} in Watchdesk</a></p>
{{/if}}
`,

  note_joined: `<p><strong>More alerts.</strong> {{sentence}}</p>
{{#if alertList}}
<ul>
{{#each alertList}}
<li><strong>{{name}}</strong> is {{state}} since {{since}}<br>{{output}}</li>
{{/each}}
</ul>
{{/if}}
{{#if moreAlerts}}
<p>and {{moreAlerts}} more.</p>
{{/if}}
{{#if watchdeskUrl}}
<p><a href="{{watchdeskUrl}}">{{reference}} in Watchdesk</a></p>
{{/if}}
`,

  note_closed: `<p><strong>Closed on proof.</strong> {{sentence}}</p>
{{#if alertList}}
<ul>
{{#each alertList}}
<li><strong>{{name}}</strong> is {{state}} since {{since}}</li>
{{/each}}
</ul>
{{/if}}
{{#if moreAlerts}}
<p>and {{moreAlerts}} more.</p>
{{/if}}
{{#if watchdeskUrl}}
<p><a href="{{watchdeskUrl}}">{{reference}} in Watchdesk</a></p>
{{/if}}
`,

  note_proof_missing: `<p><strong>Not closed: proof is missing.</strong> {{sentence}}</p>
{{#if details}}
<p>What gives it:</p>
<ul>
{{#each details}}
<li>{{text}}</li>
{{/each}}
</ul>
{{/if}}
{{#if alertList}}
<p>Not healthy, or not for long enough:</p>
<ul>
{{#each alertList}}
<li><strong>{{name}}</strong> is {{state}} since {{since}}<br>{{output}}</li>
{{/each}}
</ul>
{{/if}}
{{#if moreAlerts}}
<p>and {{moreAlerts}} more.</p>
{{/if}}
{{#if watchdeskUrl}}
<p><a href="{{watchdeskUrl}}">{{reference}} in Watchdesk</a></p>
{{/if}}
`,

  note_gate_stopped: `<p><strong>Please look: closed again and again without proof.</strong> {{sentence}}</p>
<p>A rule of Freshdesk probably closes it, such as one that closes what was resolved. Have it leave out tickets that carry the tag “watchdesk”.</p>
{{#if details}}
<p>What gives the proof:</p>
<ul>
{{#each details}}
<li>{{text}}</li>
{{/each}}
</ul>
{{/if}}
{{#if watchdeskUrl}}
<p><a href="{{watchdeskUrl}}">{{reference}} in Watchdesk</a></p>
{{/if}}
`,

  note_reply_unclear: `<p><strong>A reply that a person has to read.</strong> {{sentence}}</p>
{{#if details}}
<p>What to do:</p>
<ul>
{{#each details}}
<li>{{text}}</li>
{{/each}}
</ul>
{{/if}}
{{#if watchdeskUrl}}
<p><a href="{{watchdeskUrl}}">{{reference}} in Watchdesk</a></p>
{{/if}}
`,

  note_information: `<p>{{sentence}}</p>
{{#if details}}
<ul>
{{#each details}}
<li>{{text}}</li>
{{/each}}
</ul>
{{/if}}
{{#if output}}
<pre>{{output}}</pre>
{{/if}}
{{#if watchdeskUrl}}
<p><a href="{{watchdeskUrl}}">{{reference}} in Watchdesk</a></p>
{{/if}}
`,

  note_triage: `<p><strong>What Watchdesk made of this ticket.</strong> {{sentence}}</p>
{{#if details}}
<ul>
{{#each details}}
<li>{{text}}</li>
{{/each}}
</ul>
{{/if}}
<p><em>A field that you change stays as you set it.</em></p>
{{#if watchdeskUrl}}
<p><a href="{{watchdeskUrl}}">{{reference}} in Watchdesk</a></p>
{{/if}}
`,

  note_people: `<p><strong>Changed by people, and left alone.</strong> {{sentence}}</p>
{{#if details}}
<ul>
{{#each details}}
<li>{{text}}</li>
{{/each}}
</ul>
{{/if}}
{{#if watchdeskUrl}}
<p><a href="{{watchdeskUrl}}">{{reference}} in Watchdesk</a></p>
{{/if}}
`,

  note_problem: `<p><strong>Problem.</strong> {{sentence}}</p>
{{#if details}}
<ul>
{{#each details}}
<li>{{text}}</li>
{{/each}}
</ul>
{{/if}}
{{#if watchdeskUrl}}
<p><a href="{{watchdeskUrl}}">{{reference}} in Watchdesk</a></p>
{{/if}}
`,
} as const;
